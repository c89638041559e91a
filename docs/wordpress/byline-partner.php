<?php
/**
 * Plugin Name:       Byline Partner
 * Description:       Takes in a newsroom's articles from its partner feed, and follows each correction and withdrawal.
 * Version:           1.0.0
 * Requires at least: 5.9
 * Requires PHP:      7.4
 * License:           GPL-3.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-3.0.html
 * Update URI:        false
 * Text Domain:       byline-partner
 *
 * Settings > Byline Partner takes the address of the feed. The key in it is sent as a header, never in an
 * address, and shown nowhere again.
 */

defined( 'ABSPATH' ) || exit;

// The file may lie in mu-plugins/ and in plugins/ at once: the first copy wins, the site stays up.
if ( ! class_exists( 'Byline_Partner' ) ) :

	final class Byline_Partner {

		const NAME     = 'byline-partner';
		const IMPORT   = 'byline_partner_import';   // What the clock calls.
		const SETTINGS = 'byline_partner_settings'; // Options.
		const STATE    = 'byline_partner_state';
		const GUID     = '_byline_guid';            // What each post remembers.
		const URL      = '_byline_url';
		const AUTHOR   = '_byline_author';
		const MARK     = '_byline_mark';

		const MOST_BYTES      = 6000000; // A partner's feed ends at 4.5 million.
		const SECONDS_TO_WAIT = 20;
		const ADDRESS         = '~^(https?)(://\S+/partners/feeds/)(byline_[a-z2-7]{8}_[a-z2-7]{32})/([\w-]+)\.[a-z]+$~';

		public static function start(): void {
			add_action( 'init', array( __CLASS__, 'schedule' ) );
			add_action( self::IMPORT, array( __CLASS__, 'import' ) );
			register_deactivation_hook( __FILE__, array( __CLASS__, 'stop' ) );

			add_filter( 'the_author', array( __CLASS__, 'author' ) );
			add_filter( 'get_the_author_display_name', array( __CLASS__, 'author' ) );
			add_filter( 'get_canonical_url', array( __CLASS__, 'canonical' ), 10, 2 );
			// Yoast SEO and Rank Math put their own in its place.
			add_filter( 'wpseo_canonical', array( __CLASS__, 'canonical' ) );
			add_filter( 'rank_math/frontend/canonical', array( __CLASS__, 'canonical' ) );

			add_action( 'admin_menu', array( __CLASS__, 'add_page' ) );
			add_action( 'admin_post_' . self::NAME, array( __CLASS__, 'on_form' ) );
		}

		// ---- The clock ----

		public static function schedule(): void {
			if ( self::settings()['key'] && ! wp_next_scheduled( self::IMPORT ) ) {
				wp_schedule_event( time(), 'hourly', self::IMPORT );
			}
		}

		public static function stop(): void {
			wp_unschedule_hook( self::IMPORT );
		}

		// ---- The import ----

		/** The clock and the button may call at once: the database lets one through. */
		public static function import(): void {
			global $wpdb;
			$lock = md5( DB_NAME . $wpdb->prefix . self::IMPORT );
			if ( ! $wpdb->get_var( $wpdb->prepare( 'SELECT GET_LOCK(%s, 0)', $lock ) ) ) {
				return;
			}
			try {
				self::take( self::ask() );
			} finally {
				$wpdb->query( $wpdb->prepare( 'SELECT RELEASE_LOCK(%s)', $lock ) );
			}
		}

		/** @return array|WP_Error */
		private static function ask() {
			$settings = self::settings();
			if ( ! $settings['key'] ) {
				return new WP_Error( 'byline', __( 'No feed is set yet.', 'byline-partner' ) );
			}
			// Not wp_safe_remote_get(): it refuses unusual ports. No redirect: the key is for this host alone.
			return wp_remote_get(
				$settings['feed'],
				array(
					'timeout'             => self::SECONDS_TO_WAIT,
					'redirection'         => 0,
					'limit_response_size' => self::MOST_BYTES,
					'headers'             => array_filter(
						array(
							'Authorization' => 'Bearer ' . $settings['key'],
							'If-None-Match' => self::state()['etag'],
						)
					),
				)
			);
		}

		/** @param array|WP_Error $answer */
		private static function take( $answer ): void {
			$status = (int) wp_remote_retrieve_response_code( $answer );
			if ( 304 === $status ) {
				self::remember( self::state()['etag'], __( 'Nothing has changed.', 'byline-partner' ) );
				return;
			}
			$body = json_decode( wp_remote_retrieve_body( $answer ), true );
			if ( 200 !== $status || ! is_array( $body ) || ! is_array( $body['items'] ?? null ) ) {
				$trouble = self::trouble( $answer, is_array( $body ) ? $body : array() );
				error_log( 'Byline Partner: ' . $trouble );
				self::remember( '', $trouble );
				return;
			}
			$done = array_fill_keys( array( 'new', 'changed', 'withdrawn', 'left', 'same', 'failed', 'past' ), 0 );
			foreach ( array_reverse( $body['items'] ) as $item ) { // Oldest first.
				++$done[ self::keep( $item ) ];
			}
			foreach ( (array) ( $body['_republication']['gone'] ?? array() ) as $gone ) {
				++$done[ self::let_go( $gone ) ];
			}
			// What failed is asked for again: without the mark the whole feed comes.
			$etag = $done['failed'] ? '' : (string) wp_remote_retrieve_header( $answer, 'etag' );
			/* translators: numbers of articles */
			$told = __( '%1$d new, %2$d changed, %3$d withdrawn, %4$d left the feed, %5$d as they were, %6$d could not be saved.', 'byline-partner' );
			self::remember( $etag, vsprintf( $told, array_values( $done ) ) );
		}

		/** One sentence. Byline's own `detail` says most, and never holds the key. */
		private static function trouble( $answer, array $problem ): string {
			if ( is_wp_error( $answer ) ) {
				return $answer->get_error_message();
			}
			if ( is_string( $problem['detail'] ?? null ) ) {
				return sanitize_text_field( $problem['detail'] );
			}
			/* translators: %d: a status of HTTP */
			return sprintf( __( 'The feed could not be read (HTTP %d).', 'byline-partner' ), wp_remote_retrieve_response_code( $answer ) );
		}

		/** One article, as a post. Says what became of it. */
		private static function keep( $item ): string {
			if ( ! is_array( $item ) || ! isset( $item['id'], $item['url'], $item['title'], $item['content_html'] ) ) {
				return 'failed';
			}
			$withdrawn = 'withdrawn' === ( $item['_republication']['status'] ?? '' );
			$fields    = self::fields( $item, $withdrawn );
			$id        = self::post_of( $item['id'] );
			if ( ! $id && $withdrawn ) {
				return 'same';
			}
			if ( $id && get_post_meta( $id, self::MARK, true ) === $fields['meta_input'][ self::MARK ] ) {
				return 'same';
			}
			$saved = $id
				? wp_update_post( wp_slash( $fields + self::changed( $id, $withdrawn ) ), true )
				: wp_insert_post( wp_slash( $fields + self::added() ), true );
			if ( is_wp_error( $saved ) ) {
				error_log( 'Byline Partner: a post could not be saved: ' . $saved->get_error_message() );
				return 'failed';
			}
			if ( $withdrawn ) {
				self::forget_text( $saved );
				return 'withdrawn';
			}
			return $id ? 'changed' : 'new';
		}

		/**
		 * The feed may not hold it any more: the page goes, the text stays in a draft. Once, so that an editor who
		 * has a word with the newsroom can publish it again.
		 */
		private static function let_go( $gone ): string {
			if ( ! is_array( $gone ) || ! isset( $gone['id'], $gone['at'] ) ) {
				return 'failed';
			}
			$id   = self::post_of( $gone['id'] );
			$mark = 'gone ' . sanitize_text_field( $gone['at'] );
			if ( ! $id || get_post_meta( $id, self::MARK, true ) === $mark ) {
				return 'past';
			}
			$shown = in_array( get_post_status( $id ), array( 'publish', 'future', 'private' ), true );
			$hide  = $shown ? array( 'post_status' => 'draft' ) : array();
			$saved = wp_update_post( array( 'ID' => $id, 'meta_input' => array( self::MARK => $mark ) ) + $hide, true );
			return is_wp_error( $saved ) ? 'failed' : 'left';
		}

		/** What a post shows of an article; of a withdrawn one, the notice and no names. */
		private static function fields( array $item, bool $withdrawn ): array {
			$names = $withdrawn ? array() : wp_list_pluck( $item['authors'] ?? array(), 'name' );
			$shown = array(
				'post_title'   => sanitize_text_field( $item['title'] ),
				'post_content' => self::block( $item['content_html'] ),
				'post_excerpt' => sanitize_textarea_field( $item['summary'] ?? '' ),
			);
			$meta  = array(
				self::GUID   => sanitize_text_field( $item['id'] ),
				self::URL    => esc_url_raw( $item['url'], array( 'https', 'http' ) ),
				self::AUTHOR => sanitize_text_field( implode( '; ', $names ) ),
			);

			$meta[ self::MARK ] = md5( wp_json_encode( array( $shown, $meta ) ) );
			return $shown + array( 'meta_input' => $meta );
		}

		/**
		 * As one block of HTML, so that WordPress makes no paragraphs and breaks of its own in it. Nothing in it may
		 * start a block or a shortcode; what a post may not hold, kses removes: the attribution is p, em and a.
		 */
		private static function block( string $html ): string {
			$html = preg_replace( '/<!--.*?(-->|$)/s', '', $html );
			$html = str_replace( '[', '&#91;', wp_kses_post( $html ) );
			return "<!-- wp:html -->\n" . $html . "\n<!-- /wp:html -->";
		}

		private static function added(): array {
			$settings = self::settings();
			return array(
				'post_status' => $settings['status'],
				'post_author' => $settings['author'],
			);
		}

		/** What is not named stays: dates, author, categories, the address of the page. */
		private static function changed( int $id, bool $withdrawn ): array {
			$status = get_post_status( $id );
			$hide   = 'publish' === $status ? 'draft' === self::settings()['withdrawn'] : 'future' === $status;
			return array( 'ID' => $id ) + ( $withdrawn && $hide ? array( 'post_status' => 'draft' ) : array() );
		}

		/** Revisions hold the text that was withdrawn. */
		private static function forget_text( int $id ): void {
			foreach ( wp_get_post_revisions( $id, array( 'check_enabled' => false ) ) as $revision ) {
				wp_delete_post_revision( $revision->ID );
			}
		}

		/** The post of this article, in whatever state, the trash included; 0 for none. */
		private static function post_of( string $guid ): int {
			$found = get_posts(
				array(
					'meta_key'    => self::GUID,
					'meta_value'  => sanitize_text_field( $guid ),
					'post_status' => array_keys( get_post_stati() ),
					'numberposts' => 1,
					'fields'      => 'ids',
				)
			);
			return $found ? (int) $found[0] : 0;
		}

		// ---- The page that readers see ----

		/** The writer and the newsroom, where the theme names the author. */
		public static function author( $name ) {
			$post  = get_post();
			$names = $post ? get_post_meta( $post->ID, self::AUTHOR, true ) : '';
			return $names ? esc_html( $names ) : $name;
		}

		/** rel=canonical: the original. */
		public static function canonical( $url, $post = null ) {
			$post     = $post ? $post : ( is_singular( 'post' ) ? get_queried_object() : null );
			$original = $post ? get_post_meta( $post->ID, self::URL, true ) : '';
			return $original ? esc_url_raw( $original ) : $url;
		}

		// ---- What is remembered ----

		private static function settings(): array {
			$default = array( 'feed' => '', 'key' => '', 'status' => 'draft', 'withdrawn' => 'notice', 'author' => 0 );
			return wp_parse_args( get_option( self::SETTINGS, array() ), $default );
		}

		private static function state(): array {
			return wp_parse_args( get_option( self::STATE, array() ), array( 'etag' => '', 'told' => '', 'at' => 0 ) );
		}

		private static function remember( string $etag, string $told ): void {
			update_option( self::STATE, array( 'etag' => $etag, 'told' => $told, 'at' => time() ), false );
		}

		// ---- The settings page ----

		public static function add_page(): void {
			add_options_page( 'Byline Partner', 'Byline Partner', 'manage_options', self::NAME, array( __CLASS__, 'show_page' ) );
		}

		public static function on_form(): void {
			check_admin_referer( self::NAME );
			if ( ! current_user_can( 'manage_options' ) ) {
				wp_die( esc_html__( 'You may not change these settings.', 'byline-partner' ), '', array( 'response' => 403 ) );
			}
			if ( isset( $_POST['import'] ) ) {
				self::import();
			} else {
				self::save( wp_unslash( $_POST ) );
			}
			wp_safe_redirect( admin_url( 'options-general.php?page=' . self::NAME ) );
			exit;
		}

		private static function save( array $given ): void {
			$settings = array(
				'status'    => 'publish' === ( $given['status'] ?? '' ) ? 'publish' : 'draft',
				'withdrawn' => 'draft' === ( $given['withdrawn'] ?? '' ) ? 'draft' : 'notice',
				'author'    => get_current_user_id(),
			);
			$address  = trim( (string) ( $given['address'] ?? '' ) );
			$found    = array();
			if ( '' === $address ) {
				$told = __( 'Saved.', 'byline-partner' );
			} elseif ( ! preg_match( self::ADDRESS, $address, $found ) ) {
				$told = __( 'That is not the address of a partner feed. Paste it whole, with the key in it.', 'byline-partner' );
			} elseif ( 'https' !== $found[1] && 'local' !== wp_get_environment_type() ) {
				$told = __( 'The address must begin with https: the key travels with each request.', 'byline-partner' );
			} else {
				// Whatever format the address names, this reads JSON Feed.
				$settings += array( 'feed' => esc_url_raw( $found[1] . $found[2] . $found[4] . '.json' ), 'key' => $found[3] );
				$told      = __( 'Saved. The feed is read every hour.', 'byline-partner' );
			}
			update_option( self::SETTINGS, $settings + self::settings(), false );
			self::remember( '', $told );
		}

		public static function show_page(): void {
			$settings = self::settings();
			$state    = self::state();
			$key      = explode( '_', $settings['key'] )[1] ?? '';
			?>
			<div class="wrap">
				<h1>Byline Partner</h1>
				<?php if ( $state['told'] ) : ?>
					<p><strong><?php echo esc_html( $state['told'] ); ?></strong> <?php echo esc_html( wp_date( 'Y-m-d H:i', $state['at'] ) ); ?></p>
				<?php endif; ?>
				<form id="byline-partner" method="post" action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>">
					<?php wp_nonce_field( self::NAME ); ?>
					<input type="hidden" name="action" value="<?php echo esc_attr( self::NAME ); ?>">
					<table class="form-table" role="presentation">
						<tr>
							<th scope="row"><label for="address"><?php esc_html_e( 'Address of the feed, with your key', 'byline-partner' ); ?></label></th>
							<td>
								<input type="password" autocomplete="off" class="large-text" id="address" name="address" value="">
								<?php if ( $key ) : ?>
									<p class="description">
										<?php
										/* translators: 1: the address of a feed, 2: the name of a key */
										printf( esc_html__( 'Now: %1$s with the key named %2$s. Leave this empty to keep it.', 'byline-partner' ), esc_html( $settings['feed'] ), esc_html( $key ) );
										?>
									</p>
								<?php endif; ?>
							</td>
						</tr>
						<?php
						self::show_choice(
							'status',
							__( 'A new article becomes', 'byline-partner' ),
							array(
								'draft'   => __( 'a draft', 'byline-partner' ),
								'publish' => __( 'a published post', 'byline-partner' ),
							)
						);
						self::show_choice(
							'withdrawn',
							__( 'When an article is withdrawn', 'byline-partner' ),
							array(
								'notice' => __( 'the page stays and shows the notice', 'byline-partner' ),
								'draft'  => __( 'the page is unpublished', 'byline-partner' ),
							)
						);
						?>
					</table>
					<p class="submit">
						<button class="button button-primary" name="save" value="1"><?php esc_html_e( 'Save', 'byline-partner' ); ?></button>
						<button class="button" name="import" value="1"><?php esc_html_e( 'Import now', 'byline-partner' ); ?></button>
					</p>
				</form>
			</div>
			<?php
		}

		private static function show_choice( string $name, string $label, array $choices ): void {
			echo '<tr><th scope="row"><label for="' . esc_attr( $name ) . '">' . esc_html( $label ) . '</label></th>';
			echo '<td><select id="' . esc_attr( $name ) . '" name="' . esc_attr( $name ) . '">';
			foreach ( $choices as $value => $words ) {
				echo '<option value="' . esc_attr( $value ) . '"' . selected( self::settings()[ $name ], $value, false ) . '>'
					. esc_html( $words ) . '</option>';
			}
			echo '</select></td></tr>';
		}
	}

	Byline_Partner::start();

endif;
