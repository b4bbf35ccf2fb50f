export const words = [ "double quotes",
    'and a strange indent' ]
