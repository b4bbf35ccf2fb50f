// breaks: imports-resolve (2)
import '#nowhere';
import './nobody.js';
