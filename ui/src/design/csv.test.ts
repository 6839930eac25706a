import { expect, it } from "vitest";
import { csvRow } from "@/design/csv";

it("quotes what needs it, and disarms formulas", () => {
  expect(csvRow(["a", 1, true, null, undefined])).toBe("a,1,true,,\r\n");
  expect(csvRow(['say "hi"', "x,y", "two\nlines"])).toBe('"say ""hi""","x,y","two\nlines"\r\n');
  expect(csvRow(["=1+1", "@x", "-2", "\tx"])).toBe("'=1+1,'@x,'-2,'\tx\r\n");
});
