export { RoomNotice } from "../stage/roomnotice";
export { Count } from "./count";
export { Mine } from "./mine";
export { Questions } from "./questions";
export { Similar } from "./similar";
