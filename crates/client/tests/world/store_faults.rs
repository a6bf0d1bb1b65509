//! x
use crate::mock_secret_service::*;
use crate::private_bus::on_a_private_bus;
use doorkey::vault::*;
#[test]
fn smoke() {
    on_a_private_bus(&[], async |bus| {
        let contents = Contents::new();
        let mut mock = MockSecretService::start(bus.address(), "gnome-keyring-d", contents.clone()).await;
        let config = VaultConfig {
            folder: bus.home().join("vault"),
            service: "dev.doorkey.test".to_owned(),
            key_store: KeyStore::System,
        };
        let vault = Vault::open(config.clone()).unwrap();
        let t = std::time::Instant::now();
        println!("{:?} {:?}", vault.keeping().await, t.elapsed());
        let alice = RecordName::new(RecordKind::Account, "alice").expect("valid");
        println!("{:?} {:?}", vault.put(&alice, b"x").await, t.elapsed());
        println!("{:?} {:?}", vault.get(&alice).await, t.elapsed());
        let vault = Vault::open(config).unwrap();
        println!("{:?} {:?}", vault.get(&alice).await, t.elapsed());
        println!("{:?}", contents.items_of("dev.doorkey.test"));
        mock.restart().await;
        println!("{:?} {:?}", vault.keeping().await, t.elapsed());
        println!("{:?} {:?}", vault.keeping().await, t.elapsed());
        mock.stop().await;
        println!("{:?} {:?}", vault.keeping().await, t.elapsed());
    });
}
