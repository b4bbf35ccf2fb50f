// breaks: adapters-call-nobody-back (3), http-is-for-controllers
import '../positions.service.js';
import '../http/positions.controller.js';
import '#http';
