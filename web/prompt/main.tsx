import "../ui/tokens.css";
import "../ui/elements.css";
import "../ui/button.css";
import "../ui/surface.css";
import "../ui/header.css";
import "./prompt.css";
import { render } from "preact";
import { languageReady } from "../lib/i18n";
import { readLink } from "../lib/link";
import { joinRoom } from "../lib/podium";
import { Gate } from "../ui/gate";
import { Page } from "./page";

const link = readLink();
const podium = joinRoom(link);

const draw = () => {
  const app = document.getElementById("app");
  if (app)
    render(
      <Gate podium={podium}>{() => <Page podium={podium} panellist={link.panellist ?? ""} />}</Gate>,
      app,
    );
};
// not awaited: the sentences import from this very file, which would never finish
void languageReady().then(draw);
