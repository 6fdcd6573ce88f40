export const Waiting = () => <p aria-busy="true">One moment…</p>;
