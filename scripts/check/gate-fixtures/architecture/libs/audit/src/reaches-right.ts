// breaks: rooms-in-order-audit
import '#commands';
