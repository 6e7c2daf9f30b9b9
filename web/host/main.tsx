import "../ui/style.css";
import "../stage/fonts.css";
import "../stage/grounds.css";
import "../stage/stage.css";
import "../stage/cue.css";
import "../stage/cueing.css";
import "../stage/script.css";
import "./layout.css";
import "./stage.css";
import "./clocks.css";
import "./room.css";
import "./screens.css";
import "./steering.css";
import "../ui/theme";
import { render } from "preact";
import { ALERT } from "../lib/connection";
import { languageReady } from "../lib/i18n";
import { readLink } from "../lib/link";
import { joinRoom } from "../lib/podium";
import { Gate } from "../ui";
import { Host } from "./host";
import { Page } from "./page";

const link = readLink();
const podium = joinRoom(link, { watch: ALERT });
const host = new Host(podium);

const draw = () => {
  const app = document.getElementById("app");
  if (app) render(<Gate podium={podium}>{() => <Page host={host} link={link} />}</Gate>, app);
};
// not awaited: the sentences import from this very file, which would never finish
void languageReady().then(draw);
