import { useMutate } from "../../app/use-mutate";
import { Form } from "../../forms/form";
import { StartTotpSetupDocument, type StartTotpSetupMutation } from "../../gql/graphql";

interface StartTotpSetupProps {
  readonly button: string;
  readonly look?: "primary" | "quiet";
  readonly onStarted: (setup: StartTotpSetupMutation["startTotpSetup"]) => void;
}

export function StartTotpSetup({ onStarted, ...form }: StartTotpSetupProps) {
  const mutate = useMutate();

  async function start() {
    const { startTotpSetup } = await mutate(StartTotpSetupDocument, {});
    onStarted(startTotpSetup);
    return null;
  }

  return <Form {...form} submit={start} />;
}
