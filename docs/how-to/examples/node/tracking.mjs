// complaint_id and tracking code of an adapter's own ids: node tracking.mjs SOURCE ID...
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const NAMESPACE_URL = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");

export function complaintId(source, id) {
  const hash = createHash("sha1").update(NAMESPACE_URL).update(`${source}#${id}`, "utf8");
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x50;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export function tracking(complaint) {
  const hex = complaint.replaceAll("-", "");
  let number = BigInt("0x" + hex.slice(0, 12) + hex.slice(13, 16)) >> 5n;
  while (number % 37n > 31n) number = (number + 1n) % 2n ** 55n;
  let code = "";
  for (let shift = 50n; shift >= 0n; shift -= 5n) code += DIGITS[(number >> shift) & 31n];
  code += DIGITS[number % 37n];
  return code.replace(/(.{4})(.{4})(.{4})/, "$1-$2-$3");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [source, ...ids] = process.argv.slice(2);
  for (const id of ids) {
    const complaint = complaintId(source, id);
    console.log(complaint, tracking(complaint));
  }
}
