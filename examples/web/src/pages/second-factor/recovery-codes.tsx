import { Page } from "../../app/page";
import { useAnnounce } from "../../app/status";

interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly onKept: () => void;
}

/** The server shows them this once, and so do we. */
export function RecoveryCodes({ codes, onKept }: RecoveryCodesProps) {
  const announce = useAnnounce();

  async function copy() {
    try {
      await navigator.clipboard.writeText(codes.join("\n"));
      announce("The codes are in your clipboard.");
    } catch {
      announce("They could not be copied: select them and copy them yourself.");
    }
  }

  function keep() {
    announce("");
    onKept();
  }

  return (
    <Page title="Keep your recovery codes">
      <div className="card">
        <p>
          Each of them lets you in once, should you lose the app. Print them or keep them in a safe place:
          they are not shown again, and earlier ones are void.
        </p>
        <ul className="list">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <div className="actions">
          <button type="button" onClick={() => void copy()}>
            Copy
          </button>
          <button type="button" className="primary" onClick={keep}>
            I have kept them
          </button>
        </div>
      </div>
    </Page>
  );
}
