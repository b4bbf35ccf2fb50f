// breaks: http-is-for-controllers
import '#http';
