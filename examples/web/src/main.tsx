import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createAuth } from "./api/auth";
import { untilSettingsCome } from "./api/settings";
import { App } from "./app/app";
import "./styles.css";

const element = document.getElementById("root");
if (element === null) throw new Error("index.html has no element with the id root");
const root = createRoot(element);

const settings = await untilSettingsCome(() =>
  root.render(
    <main>
      <p role="status">The server cannot be reached. Trying again…</p>
    </main>,
  ),
);
const auth = createAuth(settings);
void auth.session.resume();
root.render(
  <StrictMode>
    <App auth={auth} />
  </StrictMode>,
);
