// The mark of Assent: a speech shape that holds a check.
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" width="40" height="40" aria-hidden="true">
      <path
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linejoin="round"
        d="M6.5 3.75h11A3.75 3.75 0 0 1 21.25 7.5v6a3.75 3.75 0 0 1-3.75 3.75h-5.1L7.6 20.6a.6.6 0 0 1-.95-.5v-2.85A3.75 3.75 0 0 1 2.75 13.5v-6A3.75 3.75 0 0 1 6.5 3.75Z"
      />
      <path
        class="mark-check"
        fill="none"
        stroke-width="1.9"
        stroke-linecap="round"
        stroke-linejoin="round"
        d="m8 10.6 2.8 2.8 5.4-5.6"
      />
    </svg>
  );
}
