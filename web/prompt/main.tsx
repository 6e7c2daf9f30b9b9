import "../ui/tokens.css";
import "../ui/elements.css";
import "../ui/button.css";
import "../ui/surface.css";
import "../ui/header.css";
import "../ui/field.css";
import "../ui/overlay.css";
import "../stage/fonts.css";
import "../stage/grounds.css";
import "../stage/stage.css";
import "../stage/cue.css";
import "../stage/script.css";
import "./prompt.css";
import "./bar.css";
import { render } from "preact";
import { ALERT } from "../lib/connection";
import { languageReady } from "../lib/i18n";
import { joinRoom } from "../lib/podium";
import { PANEL } from "../lib/wire.gen";
import { Gate } from "../ui/gate";
import { forget, keep } from "./kept";
import { Page, shout } from "./page";
import { link, workOffline } from "./screen";

const place = link.panellist ?? PANEL;
const podium = joinRoom(link, { watch: ALERT, shout });

keep(podium, link.room, place);
podium.connection.subscribe((state) => {
  if (state.kind === "ended") forget(link.room, place);
});
workOffline(() =>
  Promise.all([
    import("./controls"),
    import("./dialogs"),
    import("./script"),
    import("./bar"),
    import("./words.en"),
    import("../stage/words.en"),
  ]),
);

const draw = () => {
  const app = document.getElementById("app");
  if (app) render(<Gate podium={podium}>{() => <Page podium={podium} place={place} />}</Gate>, app);
};
// not awaited: the sentences import from this very file, which would never finish
void languageReady().then(draw);
