// breaks: house/names
export const label = 'a file in a folder without a meaning';
