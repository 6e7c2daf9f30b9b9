import "../ui/style.css";
import "./moderate.css";
import "./layout.css";
import "../ui/theme";
import { render } from "preact";
import { languageReady } from "../lib/i18n";
import { readLink } from "../lib/link";
import { joinRoom } from "../lib/podium";
import { Gate } from "../ui";
import { Desk } from "./desk";
import { Page } from "./page";

const podium = joinRoom(readLink());
const desk = new Desk(podium);
await languageReady();
const app = document.getElementById("app");
if (app) render(<Gate podium={podium}>{() => <Page desk={desk} />}</Gate>, app);
