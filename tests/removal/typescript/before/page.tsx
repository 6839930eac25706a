import type { ReactElement } from "react";
import { useFeature } from "./use-feature";

function Old({ title }: { title: string }): ReactElement {
  return <h2>{title}</h2>;
}

function New({ title }: { title: string }): ReactElement {
  return <h1>{title}</h1>;
}

export function Page({ title, hint }: { title: string; hint: string }): ReactElement {
  const newBilling = useFeature("new-billing");
  const oldExport = useFeature("old-export");
  return (
    <main>
      {newBilling ? (
        <New title={title} />
      ) : (
        <Old title={title} />
      )}
      {newBilling && (
        <p>
          {title.length > 3 && <b>{hint}</b>}
        </p>
      )}
      {oldExport && <a href="/csv">Export</a>}
      {oldExport ? <p>Old</p> : null}
      <p className={newBilling ? "new" : "old"}>{!oldExport && hint}</p>
    </main>
  );
}
