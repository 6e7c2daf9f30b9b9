import "../ui/style.css";
import "../stage/cueing.css";
import "./stage.css";
import "./column.css";
import "./question.css";
import "./actions.css";
import "./search.css";
import "./desk.css";
import "./queues.css";
import "./dialogs.css";
import "./layout.css";
import "../ui/theme";
import { render } from "preact";
import { languageReady } from "../lib/i18n";
import { readLink } from "../lib/link";
import { joinRoom } from "../lib/podium";
import { Gate } from "../ui";
import { Desk } from "./desk";
import { Page } from "./page";

const link = readLink();
const podium = joinRoom(link);
const desk = new Desk(podium, link.room);

const draw = () => {
  const app = document.getElementById("app");
  if (app) render(<Gate podium={podium}>{() => <Page desk={desk} link={link} />}</Gate>, app);
};
// not awaited: the sentences import from this very file, which would never finish
void languageReady().then(draw);
