// breaks: enter-by-the-front-door
import '../../assets/src/assets.service.js';
