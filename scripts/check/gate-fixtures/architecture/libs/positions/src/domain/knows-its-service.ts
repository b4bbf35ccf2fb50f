// breaks: domain-is-pure
import '../positions.service.js';
