--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: refuse_history_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_history_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
      BEGIN
        RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
          USING ERRCODE = 'insufficient_privilege';
      END
      $$;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: api_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_keys (
    id text NOT NULL COLLATE pg_catalog."C",
    institution_id text NOT NULL COLLATE pg_catalog."C",
    label text NOT NULL,
    role text NOT NULL,
    key_hash text NOT NULL,
    pepper_version text NOT NULL,
    prefix text NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT api_keys_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'read_only'::text]))),
    CONSTRAINT api_keys_version_check CHECK ((version >= 1))
);

--
-- Name: asset_templates; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.asset_templates (
    id text NOT NULL COLLATE pg_catalog."C",
    institution_id text NOT NULL COLLATE pg_catalog."C",
    code text NOT NULL,
    name text NOT NULL,
    vertical text NOT NULL,
    region text NOT NULL,
    config jsonb NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT asset_templates_region_check CHECK ((region = ANY (ARRAY['US'::text, 'EU_UK'::text, 'SG'::text, 'UAE'::text]))),
    CONSTRAINT asset_templates_version_check CHECK ((version >= 1)),
    CONSTRAINT asset_templates_vertical_check CHECK ((vertical = ANY (ARRAY['CONSTRUCTION'::text, 'TRADE_FINANCE'::text])))
);

--
-- Name: assets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.assets (
    id text NOT NULL COLLATE pg_catalog."C",
    institution_id text NOT NULL COLLATE pg_catalog."C",
    template_id text NOT NULL COLLATE pg_catalog."C",
    label text NOT NULL,
    metadata jsonb NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT assets_version_check CHECK ((version >= 1))
);

--
-- Name: audit_events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_events (
    id text NOT NULL COLLATE pg_catalog."C",
    institution_id text NOT NULL COLLATE pg_catalog."C",
    occurred_at timestamp with time zone NOT NULL,
    api_key_id text COLLATE pg_catalog."C",
    method text NOT NULL,
    path text NOT NULL,
    action text NOT NULL,
    outcome text NOT NULL,
    resource_type text,
    resource_id text COLLATE pg_catalog."C",
    status_code integer NOT NULL,
    request_id text NOT NULL,
    client_ip text,
    payload jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT audit_events_action_check CHECK ((action = ANY (ARRAY['INSTITUTION_CREATED'::text, 'INSTITUTION_UPDATED'::text, 'API_KEY_CREATED'::text, 'API_KEY_REVOKED'::text, 'API_KEY_ROTATED'::text, 'POLICY_PUT'::text, 'POLICY_DELETED'::text, 'ASSET_TEMPLATE_CREATED'::text, 'ASSET_CREATED'::text, 'ASSET_UPDATED'::text, 'POSITION_CREATED'::text, 'POSITION_TRANSITIONED'::text, 'AUTH_FAILED'::text, 'AUTH_FORBIDDEN'::text, 'VALIDATION_FAILED'::text, 'CONFLICT'::text, 'RULE_REFUSED'::text]))),
    CONSTRAINT audit_events_outcome_check CHECK ((outcome = ANY (ARRAY['SUCCESS'::text, 'REFUSED'::text])))
);

--
-- Name: checkpoints; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.checkpoints (
    id text NOT NULL COLLATE pg_catalog."C",
    institution_id text NOT NULL COLLATE pg_catalog."C",
    number integer NOT NULL,
    range_after timestamp with time zone,
    range_until timestamp with time zone NOT NULL,
    ledger_event_count integer NOT NULL,
    audit_event_count integer NOT NULL,
    merkle_root text NOT NULL,
    previous_hash text NOT NULL,
    hash text NOT NULL,
    key_id text NOT NULL,
    signature text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT checkpoints_counts_check CHECK (((ledger_event_count >= 0) AND (audit_event_count >= 0))),
    CONSTRAINT checkpoints_hashes_check CHECK (((merkle_root ~ '^[0-9a-f]{64}$'::text) AND (previous_hash ~ '^[0-9a-f]{64}$'::text) AND (hash ~ '^[0-9a-f]{64}$'::text))),
    CONSTRAINT checkpoints_number_check CHECK ((number >= 1)),
    CONSTRAINT checkpoints_range_check CHECK ((((number = 1) = (range_after IS NULL)) AND (range_after < range_until)))
);

--
-- Name: idempotency_records; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotency_records (
    institution_id text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    request_hash text NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

--
-- Name: institution_policies; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.institution_policies (
    id text NOT NULL COLLATE pg_catalog."C",
    institution_id text NOT NULL COLLATE pg_catalog."C",
    region text NOT NULL,
    config jsonb,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT institution_policies_region_check CHECK ((region = ANY (ARRAY['US'::text, 'EU_UK'::text, 'SG'::text, 'UAE'::text]))),
    CONSTRAINT institution_policies_version_check CHECK ((version >= 1))
);

--
-- Name: institutions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.institutions (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    regions text[] NOT NULL,
    verticals text[] NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT institutions_regions_check CHECK ((regions <@ ARRAY['US'::text, 'EU_UK'::text, 'SG'::text, 'UAE'::text])),
    CONSTRAINT institutions_version_check CHECK ((version >= 1)),
    CONSTRAINT institutions_verticals_check CHECK ((verticals <@ ARRAY['CONSTRUCTION'::text, 'TRADE_FINANCE'::text]))
);

--
-- Name: ledger_events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.ledger_events (
    id text NOT NULL COLLATE pg_catalog."C",
    institution_id text NOT NULL COLLATE pg_catalog."C",
    position_id text NOT NULL COLLATE pg_catalog."C",
    seq integer NOT NULL,
    kind text NOT NULL,
    previous_state text,
    new_state text NOT NULL,
    debit_account text,
    credit_account text,
    amount numeric(32,8),
    currency text NOT NULL,
    payload jsonb NOT NULL,
    previous_hash text NOT NULL,
    hash text NOT NULL,
    at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ledger_events_amount_check CHECK (((amount > (0)::numeric) AND (amount <> 'NaN'::numeric))),
    CONSTRAINT ledger_events_credit_account_check CHECK ((credit_account = ANY (ARRAY['depositor'::text, 'escrow'::text, 'beneficiary'::text]))),
    CONSTRAINT ledger_events_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT ledger_events_debit_account_check CHECK ((debit_account = ANY (ARRAY['depositor'::text, 'escrow'::text, 'beneficiary'::text]))),
    CONSTRAINT ledger_events_first_check CHECK ((((seq = 1) = (kind = 'POSITION_CREATED'::text)) AND ((seq = 1) = (previous_state IS NULL)) AND ((seq = 1) = (new_state = 'CREATED'::text)))),
    CONSTRAINT ledger_events_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT ledger_events_kind_check CHECK ((kind = ANY (ARRAY['POSITION_CREATED'::text, 'POSITION_STATE_CHANGED'::text]))),
    CONSTRAINT ledger_events_new_state_check CHECK ((new_state = ANY (ARRAY['CREATED'::text, 'FUNDED'::text, 'PARTIALLY_RELEASED'::text, 'RELEASED'::text, 'CANCELLED'::text, 'EXPIRED'::text]))),
    CONSTRAINT ledger_events_previous_hash_check CHECK ((previous_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT ledger_events_previous_state_check CHECK ((previous_state = ANY (ARRAY['CREATED'::text, 'FUNDED'::text, 'PARTIALLY_RELEASED'::text, 'RELEASED'::text, 'CANCELLED'::text, 'EXPIRED'::text]))),
    CONSTRAINT ledger_events_seq_check CHECK ((seq >= 1)),
    CONSTRAINT ledger_events_transfer_check CHECK ((num_nulls(debit_account, credit_account, amount) = ANY (ARRAY[0, 3]))),
    CONSTRAINT ledger_events_two_accounts_check CHECK ((debit_account <> credit_account))
);

--
-- Name: position_events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.position_events (
    id text NOT NULL COLLATE pg_catalog."C",
    institution_id text NOT NULL COLLATE pg_catalog."C",
    position_id text NOT NULL COLLATE pg_catalog."C",
    seq integer NOT NULL,
    from_state text,
    to_state text NOT NULL,
    amount numeric(32,8),
    reason text,
    metadata jsonb,
    at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT position_events_amount_check CHECK (((amount > (0)::numeric) AND (amount <> 'NaN'::numeric))),
    CONSTRAINT position_events_first_check CHECK ((((seq = 1) = (from_state IS NULL)) AND ((seq = 1) = (to_state = 'CREATED'::text)))),
    CONSTRAINT position_events_from_state_check CHECK ((from_state = ANY (ARRAY['CREATED'::text, 'FUNDED'::text, 'PARTIALLY_RELEASED'::text, 'RELEASED'::text, 'CANCELLED'::text, 'EXPIRED'::text]))),
    CONSTRAINT position_events_seq_check CHECK ((seq >= 1)),
    CONSTRAINT position_events_to_state_check CHECK ((to_state = ANY (ARRAY['CREATED'::text, 'FUNDED'::text, 'PARTIALLY_RELEASED'::text, 'RELEASED'::text, 'CANCELLED'::text, 'EXPIRED'::text])))
);

--
-- Name: positions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.positions (
    id text NOT NULL COLLATE pg_catalog."C",
    institution_id text NOT NULL COLLATE pg_catalog."C",
    asset_id text NOT NULL COLLATE pg_catalog."C",
    holder_reference text NOT NULL,
    currency text NOT NULL,
    amount numeric(32,8) NOT NULL,
    released_amount numeric(32,8) NOT NULL,
    refunded_amount numeric(32,8) NOT NULL,
    state text NOT NULL,
    external_reference text,
    ledger_head text NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT positions_amount_check CHECK (((amount > (0)::numeric) AND (amount <> 'NaN'::numeric))),
    CONSTRAINT positions_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT positions_ledger_head_check CHECK ((ledger_head ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT positions_moved_amount_check CHECK (((released_amount + refunded_amount) <= amount)),
    CONSTRAINT positions_refunded_amount_check CHECK ((refunded_amount >= (0)::numeric)),
    CONSTRAINT positions_released_amount_check CHECK ((released_amount >= (0)::numeric)),
    CONSTRAINT positions_state_amounts_check CHECK (
CASE state
    WHEN 'CREATED'::text THEN ((released_amount = (0)::numeric) AND (refunded_amount = (0)::numeric))
    WHEN 'FUNDED'::text THEN ((released_amount = (0)::numeric) AND (refunded_amount = (0)::numeric))
    WHEN 'PARTIALLY_RELEASED'::text THEN ((released_amount > (0)::numeric) AND (released_amount < amount) AND (refunded_amount = (0)::numeric))
    WHEN 'RELEASED'::text THEN ((released_amount = amount) AND (refunded_amount = (0)::numeric))
    ELSE (((released_amount = (0)::numeric) AND (refunded_amount = (0)::numeric)) OR ((refunded_amount > (0)::numeric) AND ((released_amount + refunded_amount) = amount)))
END),
    CONSTRAINT positions_state_check CHECK ((state = ANY (ARRAY['CREATED'::text, 'FUNDED'::text, 'PARTIALLY_RELEASED'::text, 'RELEASED'::text, 'CANCELLED'::text, 'EXPIRED'::text]))),
    CONSTRAINT positions_version_check CHECK ((version >= 1))
);

--
-- Name: schema_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_migrations (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL,
    checksum text,
    applied_at timestamp with time zone DEFAULT now()
);

--
-- Name: schema_migrations_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.schema_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: schema_migrations_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.schema_migrations_id_seq OWNED BY public.schema_migrations.id;

--
-- Name: schema_migrations id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_migrations ALTER COLUMN id SET DEFAULT nextval('public.schema_migrations_id_seq'::regclass);

--
-- Name: schema_migrations PK_62441bec32630ced9e4cccae336; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT "PK_62441bec32630ced9e4cccae336" PRIMARY KEY (id);

--
-- Name: api_keys api_keys_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pk PRIMARY KEY (id);

--
-- Name: asset_templates asset_templates_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.asset_templates
    ADD CONSTRAINT asset_templates_pk PRIMARY KEY (id, institution_id);

--
-- Name: assets assets_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_pk PRIMARY KEY (id, institution_id);

--
-- Name: audit_events audit_events_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pk PRIMARY KEY (id, institution_id);

--
-- Name: checkpoints checkpoints_number_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.checkpoints
    ADD CONSTRAINT checkpoints_number_key UNIQUE (institution_id, number);

--
-- Name: checkpoints checkpoints_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.checkpoints
    ADD CONSTRAINT checkpoints_pk PRIMARY KEY (id, institution_id);

--
-- Name: idempotency_records idempotency_records_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_records
    ADD CONSTRAINT idempotency_records_pk PRIMARY KEY (institution_id, key);

--
-- Name: institution_policies institution_policies_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.institution_policies
    ADD CONSTRAINT institution_policies_pk PRIMARY KEY (id, institution_id);

--
-- Name: institution_policies institution_policies_region_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.institution_policies
    ADD CONSTRAINT institution_policies_region_key UNIQUE (institution_id, region);

--
-- Name: institutions institutions_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.institutions
    ADD CONSTRAINT institutions_pk PRIMARY KEY (id);

--
-- Name: ledger_events ledger_events_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ledger_events
    ADD CONSTRAINT ledger_events_pk PRIMARY KEY (id, institution_id);

--
-- Name: ledger_events ledger_events_seq_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ledger_events
    ADD CONSTRAINT ledger_events_seq_key UNIQUE (institution_id, position_id, seq);

--
-- Name: position_events position_events_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.position_events
    ADD CONSTRAINT position_events_pk PRIMARY KEY (id, institution_id);

--
-- Name: position_events position_events_seq_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.position_events
    ADD CONSTRAINT position_events_seq_key UNIQUE (institution_id, position_id, seq);

--
-- Name: positions positions_pk; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.positions
    ADD CONSTRAINT positions_pk PRIMARY KEY (id, institution_id);

--
-- Name: api_keys_institution_created_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX api_keys_institution_created_idx ON public.api_keys USING btree (institution_id, created_at, id);

--
-- Name: asset_templates_config_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX asset_templates_config_idx ON public.asset_templates USING gin (config jsonb_path_ops);

--
-- Name: asset_templates_institution_created_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX asset_templates_institution_created_idx ON public.asset_templates USING btree (institution_id, created_at, id);

--
-- Name: assets_institution_created_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX assets_institution_created_idx ON public.assets USING btree (institution_id, created_at, id);

--
-- Name: assets_metadata_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX assets_metadata_idx ON public.assets USING gin (metadata jsonb_path_ops);

--
-- Name: assets_template_created_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX assets_template_created_idx ON public.assets USING btree (institution_id, template_id, created_at, id);

--
-- Name: audit_events_api_key_occurred_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_events_api_key_occurred_idx ON public.audit_events USING btree (institution_id, api_key_id, occurred_at, id);

--
-- Name: audit_events_institution_occurred_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_events_institution_occurred_idx ON public.audit_events USING btree (institution_id, occurred_at, id);

--
-- Name: audit_events_resource_occurred_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_events_resource_occurred_idx ON public.audit_events USING btree (institution_id, resource_id, occurred_at, id);

--
-- Name: idempotency_records_expires_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idempotency_records_expires_idx ON public.idempotency_records USING btree (expires_at);

--
-- Name: institutions_created_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX institutions_created_idx ON public.institutions USING btree (created_at, id);

--
-- Name: ledger_events_institution_created_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ledger_events_institution_created_idx ON public.ledger_events USING btree (institution_id, created_at, id);

--
-- Name: positions_asset_created_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX positions_asset_created_idx ON public.positions USING btree (institution_id, asset_id, created_at, id);

--
-- Name: positions_external_created_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX positions_external_created_idx ON public.positions USING btree (institution_id, external_reference, created_at, id);

--
-- Name: positions_holder_created_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX positions_holder_created_idx ON public.positions USING btree (institution_id, holder_reference, created_at, id);

--
-- Name: positions_institution_created_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX positions_institution_created_idx ON public.positions USING btree (institution_id, created_at, id);

--
-- Name: positions_state_created_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX positions_state_created_idx ON public.positions USING btree (institution_id, state, created_at, id);

--
-- Name: audit_events audit_events_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_history_change();

ALTER TABLE public.audit_events ENABLE ALWAYS TRIGGER audit_events_append_only;

--
-- Name: checkpoints checkpoints_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER checkpoints_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.checkpoints FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_history_change();

ALTER TABLE public.checkpoints ENABLE ALWAYS TRIGGER checkpoints_append_only;

--
-- Name: ledger_events ledger_events_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER ledger_events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_history_change();

ALTER TABLE public.ledger_events ENABLE ALWAYS TRIGGER ledger_events_append_only;

--
-- Name: position_events position_events_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER position_events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.position_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_history_change();

ALTER TABLE public.position_events ENABLE ALWAYS TRIGGER position_events_append_only;

--
-- Name: api_keys api_keys_institution_fk; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_institution_fk FOREIGN KEY (institution_id) REFERENCES public.institutions(id);

--
-- Name: asset_templates asset_templates_institution_fk; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.asset_templates
    ADD CONSTRAINT asset_templates_institution_fk FOREIGN KEY (institution_id) REFERENCES public.institutions(id);

--
-- Name: assets assets_institution_fk; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_institution_fk FOREIGN KEY (institution_id) REFERENCES public.institutions(id);

--
-- Name: assets assets_template_fk; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_template_fk FOREIGN KEY (template_id, institution_id) REFERENCES public.asset_templates(id, institution_id);

--
-- Name: institution_policies institution_policies_institution_fk; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.institution_policies
    ADD CONSTRAINT institution_policies_institution_fk FOREIGN KEY (institution_id) REFERENCES public.institutions(id);

--
-- Name: ledger_events ledger_events_institution_fk; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ledger_events
    ADD CONSTRAINT ledger_events_institution_fk FOREIGN KEY (institution_id) REFERENCES public.institutions(id);

--
-- Name: ledger_events ledger_events_position_fk; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ledger_events
    ADD CONSTRAINT ledger_events_position_fk FOREIGN KEY (position_id, institution_id) REFERENCES public.positions(id, institution_id);

--
-- Name: position_events position_events_institution_fk; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.position_events
    ADD CONSTRAINT position_events_institution_fk FOREIGN KEY (institution_id) REFERENCES public.institutions(id);

--
-- Name: position_events position_events_position_fk; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.position_events
    ADD CONSTRAINT position_events_position_fk FOREIGN KEY (position_id, institution_id) REFERENCES public.positions(id, institution_id);

--
-- Name: positions positions_asset_fk; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.positions
    ADD CONSTRAINT positions_asset_fk FOREIGN KEY (asset_id, institution_id) REFERENCES public.assets(id, institution_id);

--
-- Name: positions positions_institution_fk; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.positions
    ADD CONSTRAINT positions_institution_fk FOREIGN KEY (institution_id) REFERENCES public.institutions(id);

--
-- PostgreSQL database dump complete
--
