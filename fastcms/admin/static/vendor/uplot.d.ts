// Types for the bundle, from the package that it is made of.
export { default } from "uplot";
