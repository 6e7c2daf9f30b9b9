import "../ui/style.css";
import "./studio.css";
import "../ui/theme";
import { render } from "preact";
import { languageReady } from "../lib/i18n";
import { readLink } from "../lib/link";
import { joinRoom } from "../lib/podium";
import { Gate } from "../ui";
import { Page } from "./page";

const link = readLink();
const podium = joinRoom(link);

const draw = () => {
  const app = document.getElementById("app");
  if (app) render(<Gate podium={podium}>{() => <Page podium={podium} link={link} />}</Gate>, app);
};
// not awaited: the sentences import from this very file, which would never finish
void languageReady().then(draw);
