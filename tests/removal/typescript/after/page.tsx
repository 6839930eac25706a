import type { ReactElement } from "react";

function New({ title }: { title: string }): ReactElement {
  return <h1>{title}</h1>;
}

export function Page({ title, hint }: { title: string; hint: string }): ReactElement {
  return (
    <main>
      <New title={title} />
      <p>
        {title.length > 3 && <b>{hint}</b>}
      </p>
      <p className="new">{hint}</p>
    </main>
  );
}
