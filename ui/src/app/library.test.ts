import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const STYLES = "node_modules/@mantine/core/styles";
const sources = import.meta.glob<string>("/src/**/*.tsx", {
  query: "?raw",
  import: "default",
  eager: true,
});

it("has the styles of every part of the library that is in use", () => {
  const imported = ["library", "library-later"]
    .map((file) => readFileSync(`src/app/${file}.css`, "utf8"))
    .join();
  const used = Object.values(sources)
    .flatMap((source) => [...source.matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)])
    .flatMap(([, names]) => names?.split(",") ?? [])
    .map((name) => name.trim());
  const styled = [...new Set(used)].filter((name) => existsSync(`${STYLES}/${name}.layer.css`));

  expect(styled).toContain("Button");
  expect(styled.filter((name) => !imported.includes(`/${name}.layer.css"`))).toEqual([]);
});

it("brings the later styles with every page but the first", () => {
  const pages = Object.entries(sources).filter(([path]) =>
    /^\/src\/app\/.*-routes?\.tsx$/.test(path),
  );
  const without = pages.filter(([, it]) => !it.includes('"@/app/library-later.css"'));
  expect(without.map(([path]) => path)).toEqual(["/src/app/flags-route.tsx"]);
});
