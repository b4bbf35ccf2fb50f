export const words = ['single quotes', 'and no strange indent'];
