/** Before each test file: what the component library asks of a browser and happy-dom lacks. */
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);

// A text area that grows measures itself again once fonts have come.
Object.defineProperty(document, "fonts", { value: new EventTarget() });
