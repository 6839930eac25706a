export * from "./keys";
export { useFlag } from "@openfeature/react-sdk";
