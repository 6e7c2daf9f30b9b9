import "../ui/style.css";
import "../ui/theme";
import "./attend.css";
import { render } from "preact";
import { languageReady } from "../lib/i18n";
import { readLink } from "../lib/link";
import { joinRoom } from "../lib/podium";
import { Page } from "./page";

const link = readLink();
const podium = joinRoom(link);

const draw = () => {
  const app = document.getElementById("app");
  if (app) render(<Page podium={podium} link={link} />, app);
};
// not awaited: the sentences import from this very file, which would never finish
void languageReady().then(draw);
