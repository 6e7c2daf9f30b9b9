import "../ui/style.css";
import "../ui/theme";
import "./attend.css";
import { render } from "preact";
import { readLink } from "../lib/link";
import { joinRoom } from "../lib/podium";
import { Page } from "./page";

const app = document.getElementById("app");
const link = readLink();
if (app) render(<Page podium={joinRoom(link)} link={link} />, app);
