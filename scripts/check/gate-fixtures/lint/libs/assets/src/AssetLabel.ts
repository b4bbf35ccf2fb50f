// breaks: house/names
export const label = 'a file that is not kebab-case';
