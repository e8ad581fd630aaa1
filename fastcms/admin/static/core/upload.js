// Requests that tell how much of them has gone, which `fetch` does not.

/**
 * For the option `fetch` of the SDK.
 * @param {(part: number) => void} onProgress  from 0 to 1
 * @returns {(url: RequestInfo | URL, init?: RequestInit) => Promise<Response>}
 */
export function fetchWithProgress(onProgress) {
  return (url, { method = "GET", headers, body = null, signal } = {}) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, String(url));
    new Headers(headers).forEach((value, name) => request.setRequestHeader(name, value));
    request.responseType = "arraybuffer";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => {
      const { status, statusText } = request;
      const type = request.getResponseHeader("content-type");
      resolve(new Response(request.response.byteLength ? request.response : null, {
        status, statusText, headers: type ? { "content-type": type } : {},
      }));
    };
    request.onerror = () => reject(new TypeError("The server did not answer."));
    request.onabort = () => reject(new DOMException("The request was ended.", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(/** @type {XMLHttpRequestBodyInit | null} */ (body));
  });
}
