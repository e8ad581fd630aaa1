export { ClientResponseError, default } from "pocketbase";
