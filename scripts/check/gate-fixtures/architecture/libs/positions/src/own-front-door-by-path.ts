// breaks: no-own-front-door
import './index.js';
