// breaks: rooms-in-order-institutions
import '#assets';
