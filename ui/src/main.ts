import { mount } from 'svelte';
import App from './App.svelte';
import { backend } from './backend';
import { theme, wear } from './preferences';
import './tokens.css';
import './base.css';

wear(theme());
const target = document.getElementById('app');
if (target) mount(App, { target, props: { backend } });
