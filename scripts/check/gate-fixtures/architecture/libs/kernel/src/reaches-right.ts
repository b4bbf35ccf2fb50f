// breaks: rooms-in-order-kernel, kernel-is-pure
import '#config';
