// breaks: room-has-a-place
import '#kernel';
