// breaks: no-own-front-door
import '#positions';
