// breaks: enter-by-the-front-door-from-outside
import '../../../libs/assets/src/assets.service.js';
