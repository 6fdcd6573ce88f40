/** Everything in rem, so that text grows with the reader's own size; colours at least AA on their ground in both schemes. */
export const PAGE_STYLES = `
:root {
  color-scheme: light dark;
  --ground: #f3f4f8; --card: #ffffff; --edge: #dfe2ea;
  --text: #1b1e28; --quiet: #565c6d; --field-edge: #7b8295;
  --accent: #3d4bc7; --accent-strong: #313da6; --on-accent: #ffffff;
  --good: #17694a; --bad: #b3261e; --shadow: 0 1px 2px #1b1e2814, 0 12px 32px -12px #1b1e2829;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101218; --card: #191c25; --edge: #2b2f3c;
    --text: #e9ebf2; --quiet: #a9afbf; --field-edge: #7a8296;
    --accent: #a3aeff; --accent-strong: #bcc4ff; --on-accent: #12152b;
    --good: #7ed9b0; --bad: #ffb4aa; --shadow: none;
  }
}
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0; padding: clamp(1.5rem, 14vh, 9rem) 1rem 1.5rem;
  display: grid; grid-template-columns: minmax(0, 28rem); justify-content: center;
  background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere; hyphens: manual; -webkit-text-size-adjust: 100%;
}
@media (max-width: 30rem) { body { padding-top: 1.25rem; } }
.service { display: flex; gap: .5rem; align-items: center; margin: 0 0 1rem; padding: 0 .25rem; font-weight: 600; }
.service svg { flex: none; width: 1.375rem; height: 1.375rem; color: var(--accent); }
main {
  padding: clamp(1.25rem, 6vw, 2rem); background: var(--card);
  border: 1px solid var(--edge); border-radius: 1rem; box-shadow: var(--shadow);
}
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; text-wrap: balance; }
p { margin: 0; text-wrap: pretty; }
#lead { color: var(--quiet); }
form { margin-top: 1.5rem; }
label { font-weight: 600; }
#hint { margin: .125rem 0 .5rem; color: var(--quiet); font-size: .875rem; }
#password {
  display: block; width: 100%; padding: .625rem .75rem; font: inherit; color: inherit;
  background: var(--card); border: 1px solid var(--field-edge); border-radius: .5rem;
}
#password[aria-invalid="true"] { border-color: var(--bad); box-shadow: inset 0 0 0 1px var(--bad); }
#fault { margin-top: .5rem; color: var(--bad); font-size: .875rem; }
#fault:empty { display: none; }
.choice { display: inline-flex; gap: .625rem; align-items: center; padding: .75rem 0; font-weight: 400; cursor: pointer; }
.choice input { flex: none; width: 1.125rem; height: 1.125rem; margin: 0; accent-color: var(--accent); }
button {
  display: flex; gap: .625rem; align-items: center; justify-content: center;
  width: 100%; min-height: 2.75rem; padding: .625rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid transparent; border-radius: .5rem;
}
.choice + button { margin-top: .5rem; }
button:hover { background: var(--accent-strong); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
#message:focus { outline: none; }
button[aria-busy="true"] { cursor: progress; }
button[aria-busy="true"]::before {
  content: ""; width: 1em; height: 1em; border: 2px solid currentcolor; border-right-color: transparent; border-radius: 50%;
  animation: turn .8s linear infinite;
}
@keyframes turn { to { rotate: 1turn; } }
@media (prefers-reduced-motion: reduce) { button[aria-busy="true"]::before { animation-duration: 4s; } }
/* The button shows it; this says it. */
[data-state="under-way"] #message { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
[data-state="problem"] #message { margin-top: 1rem; color: var(--bad); }
.mark { display: none; width: 2.5rem; height: 2.5rem; margin-bottom: .75rem; }
[data-state="success"] .success { display: block; color: var(--good); }
[data-state="refusal"] .refusal { display: block; color: var(--bad); }
noscript p { margin-top: 1rem; color: var(--bad); }
`;
