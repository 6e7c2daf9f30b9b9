import "../ui/style.css";
import "../ui/theme";
import "./index.css";
import { render } from "preact";
import { Page } from "./page";

const app = document.getElementById("app");
if (app) render(<Page />, app);
