(max) => {
  // Only copies are touched, in a document without scripts: the page learns nothing of it.
  const inert = document.implementation.createHTMLDocument("");
  // Shadow roots are put in place of their hosts' children and slots are filled, as it is seen.
  const copy = (node) => {
    if (node.nodeType !== 1) return inert.importNode(node, false);
    // scripts ran, so what is meant for readers without them is not part of the page
    if (node.localName === "noscript") return "";
    if (node.localName === "slot" && node.getRootNode() instanceof ShadowRoot) {
      const given = node.assignedNodes();
      const parts = inert.createDocumentFragment();
      for (const child of given.length ? given : node.childNodes) parts.append(copy(child));
      return parts;
    }
    const twin = inert.importNode(node, false);
    for (const child of (node.shadowRoot ?? node).childNodes) twin.append(copy(child));
    return twin;
  };
  const root = document.documentElement;
  if (!root) return "";
  let html;
  try {
    html = copy(root).outerHTML;
  } catch {
    // nested too deep for this
    html = root.outerHTML;
  }
  if (html.length > max) return html.length;
  return (document.doctype ? "<!DOCTYPE html>\n" : "") + html;
}
