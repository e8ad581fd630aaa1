// Types for the bundle, from the package that it is made of.
export { ClientResponseError, default } from "pocketbase";
export type { CollectionModel, RecordModel } from "pocketbase";
