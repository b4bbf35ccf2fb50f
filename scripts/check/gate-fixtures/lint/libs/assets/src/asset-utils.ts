// breaks: house/names
export const assets = [];
