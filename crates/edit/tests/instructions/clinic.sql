CREATE TABLE doctors (
  id integer PRIMARY KEY,
  name varchar(80) NOT NULL,
  specialty varchar(30) NOT NULL CHECK (specialty IN ('cardiology', 'dermatology', 'neurology', 'paediatrics')),
  city varchar(60) NOT NULL
);
CREATE TABLE patients (
  id integer PRIMARY KEY,
  name varchar(80) NOT NULL,
  gender char(1) NOT NULL CHECK (gender IN ('f', 'm', 'x')),
  age integer NOT NULL CHECK (age BETWEEN 0 AND 120),
  city varchar(60),
  insurance_number varchar(20) UNIQUE
);
CREATE TABLE appointments (
  id integer PRIMARY KEY,
  doctor_id integer NOT NULL REFERENCES doctors (id),
  patient_id integer NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
  starts_at timestamp NOT NULL,
  ends_at timestamp NOT NULL,
  status varchar(12) NOT NULL CHECK (status IN ('booked', 'done', 'missed')),
  fee numeric(7,2) NOT NULL CHECK (fee >= 0),
  CHECK (ends_at > starts_at)
);
