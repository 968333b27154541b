import { isMainThread } from "node:worker_threads";

if (!isMainThread) console.log("worker");
