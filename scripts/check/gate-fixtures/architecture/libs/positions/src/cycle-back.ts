// breaks: no-cycles
import './cycle-there.js';
