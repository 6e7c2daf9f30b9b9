import { render } from "preact";

const app = document.getElementById("app");
if (app) render(<main>Podium</main>, app);
