export { Mine } from "./mine";
export { Questions } from "./questions";
