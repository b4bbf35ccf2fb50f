// breaks: services-know-no-storage-nor-wire (2), http-is-for-controllers
import './http/positions.controller.js';
import '#http';
