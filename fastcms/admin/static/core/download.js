// Gives the person a file that was made here.

/**
 * @param {string} name
 * @param {BlobPart[]} parts
 * @param {string} type  a media type
 */
export function download(name, parts, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  // Not at once: some browsers begin to read it only now.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
